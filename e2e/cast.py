"""Who works in the newsroom of the tests: an account for each role."""

PEOPLE = {"writer": "記者", "editor": "編集", "publisher": "公開", "admin": "管理"}
PASSWORD = "walk-the-round-{role}"
