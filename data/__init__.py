"""What the network remembers: tables, questions, translation, ways in and out."""
