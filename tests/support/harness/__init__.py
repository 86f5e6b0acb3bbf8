"""Real windows, a real server and simulated users.

    network   a private network namespace, and hosts on it
    process   child processes that are killed with the test, and their output
    display   a virtual display (Xvfb) whose framebuffer is a file
    desktop   session bus and accessibility bus
    server    a real visavisd
    window    a real program, driven through AT-SPI
    person    a user of Visavis: opens chats, writes, calls
    report    the log of steps, TAP for Meson
"""
