package main

import _ "fix502/darkfirst" // before Bubble Tea asks the terminal
