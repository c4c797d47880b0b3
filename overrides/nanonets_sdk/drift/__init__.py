"""Gates that show when spec, generated code and service move apart."""
