"""The people's side: settings, answering, the API, the page, the command line."""

VERSION = "0.1.0"
