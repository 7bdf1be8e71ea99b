"""The AWS SDK for JavaScript, version 2, in its last release."""

import npm
import walk


class NpmV2Test(walk.WalkTest):

    @classmethod
    def command(cls):
        return npm.command("walk_v2.cjs"), {"AWS_SDK_JS_SUPPRESS_MAINTENANCE_MODE_MESSAGE": "1"}


if __name__ == "__main__":
    walk.main()
