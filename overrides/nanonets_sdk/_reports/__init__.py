r"""Reports that other programs read: SARIF, JUnit and GitHub's annotations, written from plain records.

    Problem ----> sarif        code scanning of GitHub and GitLab, editors
            \---> github       lines that GitHub attaches to files
    Case -------> junit        test reports of every CI system

Each writer is a pure function from records to text. It opens no file and imports nothing else of this package.
"""
