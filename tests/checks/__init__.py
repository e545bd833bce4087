"""What `make check` looks at beyond the linters: translations, markup, generated documents."""
