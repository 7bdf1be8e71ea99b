"""The AWS SDK for JavaScript, version 3."""

import npm
import walk


class NpmV3Test(walk.WalkTest):

    @classmethod
    def command(cls):
        return npm.command("walk_v3.mjs"), {}


if __name__ == "__main__":
    walk.main()
