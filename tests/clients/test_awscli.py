"""The AWS CLI, version 2, as Debian packages it."""

import walk


class AwsCliTest(walk.WalkTest):
    tells_status = tells_request = pages = False

    @classmethod
    def command(cls):
        return [walk.PYTHON, walk.SOURCE / "walk_awscli.py"], {}


if __name__ == "__main__":
    walk.main()
