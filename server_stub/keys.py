"""`opconsole site-key` and `opconsole visitor-key`: the desk's keys, from a shell. Work while the relay runs, which is told.

The key of the sites is printed, for a site's own settings; the visitors' never is. No key comes from the arguments.
"""

import argparse
import os
import sys

from server_stub.journal.folder import FolderUnusable, open_folder
from server_stub.journal.lock import tell_relay
from server_stub.journal.secret import SITE_KEY_VARIABLE, KeyUnusable, add_key, retire_keys, signing_keys


def run(args: argparse.Namespace) -> int:
    """Do what the parsed command line asks; the exit code."""
    try:
        folder = open_folder(args.data)
        path = folder.site_key if args.command == "site-key" else folder.visitor_key
        if args.new:
            add_key(path)
            said = "a new key signs; the ones before still count, until: opconsole " + args.command + " --retire"
        elif args.retire:
            number = retire_keys(path)
            said = f"{number} older {'key counts' if number == 1 else 'keys count'} no more"
        else:
            number = len(signing_keys(path))
            said = f"{number} {'key counts' if number == 1 else 'keys count'}"
        told = tell_relay(folder.lock)
        sys.stderr.write(said + (" (the running relay has been told)\n" if told else "\n"))
        if args.command == "site-key" and not args.retire:
            if os.environ.get(SITE_KEY_VARIABLE):
                sys.stderr.write(f"note: {SITE_KEY_VARIABLE} is set; a relay that has it uses that, and not this one\n")
            sys.stdout.write(signing_keys(path)[0].hex() + "\n")
    except (FolderUnusable, KeyUnusable) as problem:
        sys.stderr.write(f"opconsole {args.command}: {problem}\n")
        return 1
    except OSError as error:
        sys.stderr.write(f"opconsole {args.command}: the keys can't be read or written: {error.strerror}\n")
        return 1
    return 0
