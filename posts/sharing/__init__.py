"""What people without an account may do: look at one shared text, and leave a remark."""
