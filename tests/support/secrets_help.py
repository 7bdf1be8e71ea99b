"""Keys for encrypted jobs, and decryption by programs that share no code with mockets."""

import base64
import hashlib
import os
import pathlib
import re
import subprocess

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

# Users wrap their keys as docs/encryption.md tells them to: so do the tests, with that very code.
_doc = pathlib.Path(os.environ["MOCKETS_SOURCE"], "docs/encryption.md").read_text()
_recipe = {}
exec(re.search(r"```python\n(.*?)```", _doc, re.DOTALL).group(1), _recipe)
wrap, unwrap = _recipe["wrap"], _recipe["unwrap"]


def b64(data):
    return base64.b64encode(data).decode()


def plain_key(data_key):
    """Key and KeyMd5 for a server that has no key file."""
    return b64(data_key), b64(hashlib.md5(data_key).digest())


def members(mode, key_pair, iv):
    return {"Mode": mode, "Key": key_pair[0], "KeyMd5": key_pair[1],
            "InitializationVector": b64(iv)}


def _openssl(mode, key, iv, path, *options):
    name = f"-aes-{len(key) * 8}-{ {'aes-cbc-pkcs7': 'cbc', 'aes-ctr': 'ctr'}[mode]}"
    done = subprocess.run(["openssl", "enc", *options, name, "-nosalt", "-K", key.hex(), "-iv",
                           iv.hex(), "-in", str(path)], capture_output=True, timeout=60)
    if done.returncode:
        raise ValueError(done.stderr.decode())
    return done.stdout


def decrypt(mode, key, iv, path):
    """The plain bytes of a file; ValueError if they cannot be had."""
    if mode != "aes-gcm":
        return _openssl(mode, key, iv, path, "-d")
    data = pathlib.Path(path).read_bytes()
    decryptor = Cipher(algorithms.AES(key), modes.GCM(iv, data[-16:])).decryptor()
    try:
        return decryptor.update(data[:-16]) + decryptor.finalize()
    except InvalidTag as error:
        raise ValueError("the tag is wrong") from error


def encrypt(mode, key, iv, path):
    if mode != "aes-gcm":
        return _openssl(mode, key, iv, path, "-e")
    encryptor = Cipher(algorithms.AES(key), modes.GCM(iv)).encryptor()
    data = encryptor.update(pathlib.Path(path).read_bytes()) + encryptor.finalize()
    return data + encryptor.tag
