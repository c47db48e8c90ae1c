"""Logs in with simple-salesforce, which always goes to https://login.salesforce.com: KEY CONSUMER_KEY USER.

The test leads it by the environment, as an administrator would: HTTPS_PROXY to the proxy that has a route for that
name, REQUESTS_CA_BUNDLE to the test's authority. The package itself is as it was published.

Prints the token and the instance as JSON, or the refusal, and then ends with 1.
"""

import json
import sys

from simple_salesforce import Salesforce
from simple_salesforce.exceptions import SalesforceAuthenticationFailed

key_file, consumer_key, user = sys.argv[1:]
try:
    org = Salesforce(username=user, consumer_key=consumer_key, privatekey_file=key_file)
except SalesforceAuthenticationFailed as refusal:
    print(json.dumps({"error": refusal.code, "error_description": refusal.auth_message}))
    sys.exit(1)
print(json.dumps({"access_token": org.session_id, "instance": org.sf_instance}))
