module reveille.dev/e2e/witness

go 1.26.0
