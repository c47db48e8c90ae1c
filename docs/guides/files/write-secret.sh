#!/bin/sh
# write-secret.sh NAME KEY CERTIFICATE: both become the Secret NAME, in one change.
set -eu
kubectl create secret generic "$1" --from-file=tls.key="$2" --from-file=tls.crt="$3" --dry-run=client --output=yaml |
    kubectl apply --server-side --force-conflicts --field-manager=certwright --filename=-
