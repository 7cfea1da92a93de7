"""Lists the invoices of the first organisation that the user has connected.

The access token comes from the local token server, so this script holds no client secret and no refresh token.
XERO_CONNECTIONS_URL and XERO_API_URL are there for tests only.
"""

import os

import requests

TOKEN_URL = os.environ.get("TOKEN_URL", "http://127.0.0.1:5001/token")
CONNECTIONS_URL = os.environ.get("XERO_CONNECTIONS_URL", "https://api.xero.com/connections")
API_URL = os.environ.get("XERO_API_URL", "https://api.xero.com/api.xro/2.0")

access_token = requests.get(TOKEN_URL).json()['accessToken']

connections = requests.get(CONNECTIONS_URL, headers={
    "Authorization": "Bearer " + access_token,
    "Accept": "application/json",
})
connections.raise_for_status()
tenant_id = connections.json()[0]["tenantId"]

invoices = requests.get(API_URL + "/Invoices", headers={
    "Authorization": "Bearer " + access_token,
    "Xero-tenant-id": tenant_id,
    "Accept": "application/json",
})
invoices.raise_for_status()

for invoice in invoices.json()["Invoices"]:
    print(invoice["InvoiceNumber"], invoice["Contact"]["Name"], invoice["Total"], invoice["CurrencyCode"])
