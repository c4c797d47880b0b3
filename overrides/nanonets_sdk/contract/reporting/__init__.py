"""Reports of what broke the contract: lines for a terminal, JSON, JUnit and SARIF."""
