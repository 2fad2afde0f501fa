module reveille.dev/e2e/model-source

go 1.24
