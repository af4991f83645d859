"""`./dev mutate`: small harmful changes to the code, and which of them no test notices."""
