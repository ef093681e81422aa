#!/bin/sh
# What firebase-tools starts in place of Google's Pub/Sub emulator (PUBSUB_EMULATOR_BINARY_PATH). It must become
# the server itself, so that signals reach it, and must not outlive the CLI.
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
exec "$here/../../node_modules/.bin/node" "$here/main.ts" --exit-with-parent "$@"
