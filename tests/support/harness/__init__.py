"""Real windows, a real server and somebody in front of them.

    network   a private network of one's own, and hosts on it
    process   children that die with us, with everything they say on record
    display   a screen (Xvfb) whose pixels are a file
    desktop   session bus and accessibility bus
    server    a real visavisd
    window    a real program, driven through AT-SPI
    person    somebody who uses Visavis: opens chats, writes, calls
    report    steps as they happen, TAP for Meson
"""
