"""The gates: upstream, deviations, generated, surface and traffic.

Each module is one gate, called by the command of the same name. The way from two descriptions to an exit status, in
`upstream` and `deviations`:

    published.yaml                      upstream.lock.yaml
         | facts.parsing, facts.extract       | facts.lock
         v                                    v
       facts                                facts       without order, references and names of components
         | changes.inferred                   | changes.inferred
         v                                    v
       facts with schemas                   facts with schemas
         +------- changes.matching, changes.diff -------+
                             v
                          changes                       pointer, before, after; operation by operation
                upstream |       | deviations
       changes.catalogue |       | changes.refinements, then the entries of deviations.yaml
                         v       v
                          findings                      severity, rule, where, pointer, message
                             | report.outcome
                             v
                         exit status                    0   no finding is as severe as --fail-on
                                                        10  at least one is
                                                        20  NotComparable was raised on the way

A gate never guesses. What cannot be read completely is not comparable: a document that was cut off would otherwise seem
to have lost its operations.
"""
