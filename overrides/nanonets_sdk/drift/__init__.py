"""Gates that detect when the published spec, ours, the generated code and the service drift apart."""
