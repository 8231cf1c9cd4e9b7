package lab

import (
	"fmt"
	"strings"
)

// Find is one fault by its name, or by a part of it that no other has; a way of a gateway by GATEWAY/WAY.
func Find(name string) (Fault, error) {
	read := Faults
	if strings.Contains(name, "/") {
		read = everyWay
	}
	list, err := read()
	if err != nil {
		return Fault{}, err
	}
	var like []string
	var found Fault
	for _, f := range list {
		if f.Name == name {
			return f, nil
		}
		if strings.Contains(f.Name, name) {
			like, found = append(like, f.Name), f
		}
	}
	if len(like) != 1 {
		return Fault{}, fmt.Errorf("which fault? %s", strings.Join(like, " "))
	}
	return found, nil
}

func everyWay() ([]Fault, error) {
	list, err := Gateways()
	var all []Fault
	for _, g := range list {
		all = append(all, g.Ways...)
	}
	return all, err
}
