"""Forms of the pages about groups: fields in, frozen values out."""
