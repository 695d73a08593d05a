"""What a STIX 2.1 bundle of a case is made of; not for reading bundles."""
