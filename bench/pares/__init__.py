"""The servers that the service is measured against, each as its own documentation sets it up."""
