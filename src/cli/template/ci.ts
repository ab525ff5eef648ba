/** The GitHub workflow of a new workspace; docs/ci.md shows it. */
export const ci = `name: Maestro
on:
  push:
    branches: [main]
  pull_request:

permissions:
  contents: read

jobs:
  validate:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v5
      - uses: actions/setup-node@v5
        with:
          node-version: 24
          cache: npm
      - run: npm ci
      # Findings appear at their lines in the pull request.
      - run: npx maestro validate --format github
      # GitHub shows the first ten of a step; the log has them all. Nothing is checked twice.
      - run: npx maestro validate
        if: failure()
      # Cassettes are played with nobody outside: no key is needed.
      - run: npx maestro test
`;
