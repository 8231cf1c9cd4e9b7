package main

import _ "fix502/ui/darkfirst" // before Bubble Tea asks the terminal
