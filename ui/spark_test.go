package ui

import (
	"testing"
	"unicode/utf8"

	"fix502/wizard"
)

func TestSpark(t *testing.T) {
	minutes := func(v ...int64) (out [][2]int64) {
		for i, n := range v {
			out = append(out, [2]int64{1763812800 + int64(i)*60, n})
		}
		return out
	}
	for _, tt := range []struct {
		name        string
		minutes     [][2]int64
		width       int
		ascii       bool
		bars, every string
	}{
		{"nothing", nil, 20, false, "", ""},
		{"no room", minutes(1, 2), 3, false, "", ""},
		{"one minute", minutes(7), 20, false, "█", "per 1 min"},
		{"a rise", minutes(0, 1, 4, 7), 20, false, "▁▂▅█", "per 1 min"},
		{"plain characters", minutes(0, 1, 4, 7), 20, true, "_:+@", "per 1 min"},
		{"more minutes than bars", minutes(1, 1, 1, 1, 1, 1, 1, 1), 4, false, "████", "per 2 min"},
		{"years apart", [][2]int64{{0, 1}, {1763812800, 1}}, 8, false, "▁▁▁▁▁▁▁█", "per 24 h"},
		{"nonsense", [][2]int64{{60, -5}, {120, -5}}, 8, false, "▁▁", "per 1 min"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			bars, every := spark(wizard.Errors{PerMinute: tt.minutes}, tt.width, tt.ascii)
			if bars != tt.bars || every != tt.every {
				t.Errorf("got %q %q, want %q %q", bars, every, tt.bars, tt.every)
			}
			if n := utf8.RuneCountInString(bars); n > tt.width {
				t.Errorf("%d bars in %d cells", n, tt.width)
			}
		})
	}
}

func TestInput(t *testing.T) {
	for _, tt := range []struct {
		name string
		keys []string
		want string
	}{
		{"typing", []string{"type:shop.test"}, "shop.test"},
		{"a pasted line", []string{"type: shop.test\n"}, "shop.test"},
		{"control characters", []string{"type:a\x1b[2Jb\u202e"}, "a[2Jb"},
		{"in the middle", []string{"type:sop", "left", "left", "type:h"}, "shop"},
		{"whole characters", []string{"type:aé", "backspace"}, "a"},
		{"a word", []string{"type:shop.test/cart", "ctrl+w"}, "shop.test/"},
		{"all", []string{"type:shop", "ctrl+u", "type:x"}, "x"},
		{"nothing left to take", []string{"backspace", "delete", "left", "right"}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := Press(demo(t, "healthy"), append([]string{"tab"}, tt.keys...)...)
			if m.input.text != tt.want {
				t.Errorf("got %q, want %q", m.input.text, tt.want)
			}
			fits(t, Sized(m, 20, 8))
		})
	}
}
