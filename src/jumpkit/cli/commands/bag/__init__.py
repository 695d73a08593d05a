"""The bag: plan, contacts and cases in one encrypted file that is readable without network, sign-in or cloud."""
