package lab

import (
	"context"
	"fmt"
	"os"
	"os/exec"
)

// BuildTool builds fix502 from this work tree, as it is released: static.
func BuildTool(ctx context.Context, to string) error {
	cmd := exec.CommandContext(ctx, "go", "build", "-buildvcs=false", "-o", to, "fix502")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("build fix502: %w\n%s", err, out)
	}
	return nil
}
