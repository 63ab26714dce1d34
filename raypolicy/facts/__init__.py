"""The words of rules: typed views of a bundle, one property a fact. No opinions live here."""
