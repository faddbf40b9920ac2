"""What these tests need of pytest: to run pytest itself, on tests that they write."""

pytest_plugins = ["pytester"]
