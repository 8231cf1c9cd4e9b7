package ui

import (
	"fmt"
	"strings"
	"time"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"

	"fix502/checks"
	"fix502/sysinfo"
	"fix502/wizard"
)

// live is the page that moves: requests over time with what changed, and how busy the machine is.
type live struct{}

func (live) keys(m Model) []key.Binding {
	var out []key.Binding
	if room := max(1, m.height-3); len(m.liveLines(m.width, room)) > room {
		out = append(out, keyScroll())
	}
	return append(out, keyWords(), keyAll(), keySave(), keyBack(), keyHelp(), keyQuit())
}

func (live) press(m Model, k tea.KeyMsg) (Model, tea.Cmd) {
	room := max(1, m.height-4)
	if next, ok := m.scrolled(k.String(), len(m.liveLines(m.width, room)), room); ok {
		return next, nil
	}
	switch k.String() {
	case "esc", "h", "left", "backspace", "t":
		return m.back(), nil
	}
	return m.commonKey(k)
}

func (live) body(m Model, width, height int) string {
	return strings.Join(m.window(m.liveLines(width, height), m.view().tops[0], height), "\n")
}

func (m Model) liveLines(width, height int) []string {
	meters := m.meterLines(width)
	out := m.timeLines(width, max(3, min(12, height-len(meters)-12)))
	return append(append(out, ""), meters...)
}

// timeLines are the chart of the window, in words what it shows, and the changes that are marked in it.
func (m Model) timeLines(width, rows int) []string {
	r := m.wiz.Report
	room := max(4, min(width-10, 180))
	c, ok := r.Chart(room, m.clock())
	if !ok {
		return []string{" " + m.st.bold.Render("Requests over time"), "", "   " + m.st.dim.Render("no request and no failure in the logs of the last "+wizard.Span(r.Errors.Window))}
	}
	each := barWidth(c, room)
	bad, all := c.Sum()
	say := fmt.Sprintf("%d of %s, %s", bad, plural(int(all), "request", "requests"), per(c))
	title := " " + m.st.bold.Render("Failed requests") + m.st.dim.Render(m.legend(c))
	out := []string{ends(title, m.st.dim.Render(say)+" ", width)}
	if out[0] == title {
		out = append(out, "   "+m.st.dim.Render(fit(say, width-4, m.st.dots)))
	}
	for y, line := range m.bars(c, rows, each) {
		label := ""
		switch y {
		case 0:
			label = count(int(c.Most()))
		case rows - 1:
			label = "0"
		}
		out = append(out, m.st.dim.Render(fmt.Sprintf("%6s ", label))+line)
	}
	if letters := marks(c, each); letters != "" {
		out = append(out, "       "+m.st.accent.Render(letters))
	}
	out = append(out, "       "+m.st.dim.Render(axis(c, each)))
	if h := r.Errors.History(); h != "" {
		for _, l := range wizard.Wrap(h, width-4) {
			out = append(out, "   "+l)
		}
	}
	if len(c.Marks) > 0 {
		out = append(out, "", " "+m.st.bold.Render("What changed"))
	}
	for _, k := range c.Marks {
		lead, rest := "   "+m.st.accent.Render(k.Letter)+" "+k.Time.Format("15:04:05")+"  ", strings.Repeat(" ", 15)
		for _, l := range wizard.Wrap(k.What, width-16) {
			out = append(out, lead+l)
			lead = rest
		}
		if last := ends(out[len(out)-1], m.st.dim.Render(k.Source)+" ", width); strings.Contains(last, k.Source) {
			out[len(out)-1] = last
		} else {
			out = append(out, rest+m.st.dim.Render(fit(k.Source, width-16, m.st.dots)))
		}
	}
	return out
}

func (m Model) legend(c wizard.Chart) string {
	for i, n := range c.Asked {
		if n > c.Failed[i] {
			return map[bool]string{true: "  @ failed  ' all", false: "  █ failed  ░ all"}[m.st.ascii]
		}
	}
	return ""
}

// meter is one line of the machine's state: a name, how full, in words, and its course over the last minute.
type meter struct {
	name, say string
	course    []float64
	bad       float64 // from here on it is drawn as a warning
}

func (m Model) meterLines(width int) []string {
	p := m.wiz.Pulse()
	if p == nil {
		return []string{" " + m.st.bold.Render("The machine now"), "   " + m.st.dim.Render("not measured yet")}
	}
	out := []string{" " + m.st.bold.Render("The machine now") + m.st.dim.Render("  and over the last minute")}
	for _, t := range m.meters(*p) {
		last := t.course[len(t.course)-1]
		style := m.st.pass
		if last >= t.bad {
			style = m.st.warn
		}
		line := "   " + pad(t.name, 13, m.st.dots) + " " + m.st.gauge(last, 10, style) + " "
		if cells := min(course, width-68); cells > 4 {
			line += style.Render(pad(m.st.course(t.course[max(0, len(t.course)-cells):]), cells, "")) + " "
		}
		if width < wide {
			out = append(out, line)
			for _, l := range wizard.Wrap(t.say, width-18) {
				out = append(out, strings.Repeat(" ", 17)+l)
			}
			continue
		}
		out = append(out, line+" "+fit(t.say, max(4, width-ansi.StringWidth(line)-2), m.st.dots))
	}
	return out
}

// course is how many cells the last minute takes.
const course = 20

func (m Model) meters(p sysinfo.Pulse) []meter {
	course := func(of func(sysinfo.Pulse) float64) []float64 {
		var out []float64
		for _, q := range m.wiz.Pulses {
			out = append(out, of(q))
		}
		return out
	}
	var out []meter
	add := func(name, say string, bad float64, of func(sysinfo.Pulse) float64) {
		if of(p) >= 0 {
			out = append(out, meter{name, say, course(of), bad})
		}
	}
	add("processor", percent(p.CPU)+" busy", 0.9, func(q sysinfo.Pulse) float64 { return q.CPU })
	if p.Cores > 0 {
		add("load", fmt.Sprintf("%.2f on %s", p.Load, plural(p.Cores, "processor", "processors")), 1, func(q sysinfo.Pulse) float64 {
			if q.Load < 0 {
				return -1
			}
			return q.Load / float64(max(1, 2*q.Cores))
		})
	}
	add("memory", percent(p.Memory)+" of "+checks.Size(p.Total)+" in use", 0.95, func(q sysinfo.Pulse) float64 { return q.Memory })
	add("disk /", percent(p.Disk)+" full", 0.95, func(q sysinfo.Pulse) float64 { return q.Disk })
	for _, n := range []struct{ key, name string }{{"cpu", "wait: cpu"}, {"memory", "wait: memory"}, {"io", "wait: disk"}} {
		if v, ok := p.Pressure[n.key]; ok {
			add(n.name, percent(v)+" of the time tasks wait", 0.4, func(q sysinfo.Pulse) float64 {
				if v, ok := q.Pressure[n.key]; ok {
					return v
				}
				return -1
			})
		}
	}
	for i, pool := range p.Pools {
		say := fmt.Sprintf("%d of %d workers busy", pool.Busy, pool.Limit)
		if pool.Busy < 0 {
			say = fmt.Sprintf("up to %d workers", pool.Limit)
		}
		if pool.Places >= 0 {
			say += fmt.Sprintf(", queue %d of %d", pool.Queue, pool.Places)
		}
		add("PHP "+checks.Quote(pool.Name), say, 1, func(q sysinfo.Pulse) float64 {
			if i >= len(q.Pools) || q.Pools[i].Limit == 0 {
				return -1
			}
			if q.Pools[i].Busy < 0 { // how full the queue is, where that is all that is known
				return float64(q.Pools[i].Queue) / float64(max(1, q.Pools[i].Places))
			}
			return float64(q.Pools[i].Busy) / float64(q.Pools[i].Limit)
		})
	}
	return out
}

func percent(share float64) string { return fmt.Sprintf("%.0f %%", share*100) }

// clock is the machine's time: a recorded one stands still.
func (m Model) clock() time.Time {
	if m.facts != nil {
		return m.facts.Host.Now()
	}
	return now()
}
