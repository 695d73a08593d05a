"""What people see: one page a pair of files, `x.py` and `x.html`; `web.folder` finds them."""
