module reveille.dev/e2e/floor

go 1.24
