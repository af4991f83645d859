"""Facts that last: people, sessions, lists that were handed out, who looked at what. No rebuild touches them."""
