"""The demo municipality and the load-test crowd."""
