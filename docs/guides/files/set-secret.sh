#!/bin/sh
# set-secret.sh NAME FILE: what is in FILE becomes the secret NAME of the environment "production".
set -eu
exec gh secret set "$1" --env production <"$2"
