"""boto3 as Debian packages it."""

import walk


class Boto3Test(walk.WalkTest):

    @classmethod
    def command(cls):
        return [walk.PYTHON, walk.SOURCE / "walk_boto3.py"], {}


if __name__ == "__main__":
    walk.main()
