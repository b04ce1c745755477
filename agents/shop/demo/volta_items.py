"""The catalogue of volta. The tours rely on its named facts: see DEMO.md before changing a line."""

from typing import Final

from agents.shop.demo.items import Item

VOLTA: Final = (
    Item(
        "Aria 700", "headphones", 24900, "Wireless over-ear headphones that silence trains and planes.", 40, True, 254
    ),
    Item("Breeze 2", "headphones", 12900, "Light wireless on-ear headphones for every day.", 28, False, 178),
    Item("Cove Lite", "headphones", 7900, "Simple wireless headphones with a very long battery life.", 60, False, 210),
    Item("Tempo S", "headphones", 16900, "Sports headphones with a firm neckband.", 24, False, 96),
    Item("Studio H5", "headphones", 19900, "Wired open headphones for mixing music.", None, False, 312, ports="3.5 mm"),
    Item("Boom Mini", "speaker", 4900, "Pocket speaker for the kitchen.", 12, None, 290),
    Item("Boom Max", "speaker", 14900, "Loud portable speaker with deep bass.", 20, None, 1400),
    Item("Hall Bar", "speaker", 21900, "Sound bar for the television.", None, None, 2600, ports="HDMI, optical"),
    Item("Pebble M2", "mouse", 5900, "Quiet wireless mouse with a round back.", 70, None, 88, ports="USB-C"),
    Item("Glide One", "mouse", 2900, "Plain wired mouse for the office.", None, None, 74, ports="USB-A"),
    Item("Talon X", "mouse", 7900, "Fast wireless mouse for games.", 55, None, 63, ports="USB-C"),
    Item("Relay K3", "keyboard", 8900, "Mechanical keyboard with quiet switches.", 120, None, 820, ports="USB-C"),
    Item("Quiet Sixty", "keyboard", 5900, "Small wireless keyboard.", 90, None, 430),
    Item(
        "Numa Pro",
        "keyboard",
        11900,
        "Full keyboard with number block and wrist rest.",
        None,
        None,
        1100,
        ports="USB-A",
    ),
    Item("Slate 14", "laptop", 129900, "Light laptop for work and study.", 14, None, 1290, 24, 14, "2 x USB-C, HDMI"),
    Item(
        "Slate 16", "laptop", 169900, "Large laptop for video and code.", 12, None, 1880, 24, 16, "3 x USB-C, HDMI, SD"
    ),
    Item("Nomad 13", "laptop", 89900, "Small laptop for travel.", 11, None, 1090, 24, 13.3, "2 x USB-C"),
    Item("Campus 15", "laptop", 64900, "Sturdy laptop for school.", 9, None, 1720, 24, 15.6, "USB-C, 2 x USB-A, HDMI"),
    Item("Folio 8", "tablet", 25900, "Small tablet for reading.", 13, None, 310, 24, 8.3, "USB-C"),
    Item("Folio 11", "tablet", 45900, "Tablet with a pen for notes and drawing.", 10, None, 480, 24, 11, "USB-C"),
    Item("24-inch monitor", "monitor", 18900, "Full HD monitor.", None, None, 3400, 36, 23.8, "HDMI, DisplayPort"),
    Item(
        "27-inch monitor", "monitor", 32900, "Sharp QHD monitor.", None, None, 4700, 36, 27, "HDMI, DisplayPort, USB-C"
    ),
    Item("32-inch monitor", "monitor", 44900, "Large 4K monitor.", None, None, 7100, 36, 31.5, "2 x HDMI, DisplayPort"),
    Item("34-inch curved monitor", "monitor", 59900, "Wide curved monitor.", None, None, 8300, 36, 34, "HDMI, USB-C"),
    Item(
        "USB-C hub", "hub", 3900, "Seven ports from one.", None, None, 92, 24, None, "HDMI, 3 x USB-A, USB-C, SD, LAN"
    ),
    Item("Volt 65", "charger", 4400, "Wall charger with 65 watts.", None, None, 118, 24, None, "2 x USB-C, USB-A"),
    Item("Volt 30", "charger", 2400, "Small wall charger with 30 watts.", None, None, 54, 24, None, "USB-C"),
    Item("Power Brick 20", "charger", 4900, "Power bank with 20,000 mAh.", None, None, 365, 24, None, "USB-C, USB-A"),
    Item("USB-C cable 2 m", "cable", 1400, "Braided cable for charging and data.", weight=48, ports="USB-C to USB-C"),
    Item("HDMI cable 3 m", "cable", 1700, "Cable for 4K pictures.", weight=110, ports="HDMI to HDMI"),
    Item("LAN cable 5 m", "cable", 1200, "Network cable.", weight=140, ports="RJ45 to RJ45"),
    Item("Vault SSD 1 TB", "storage", 9900, "Fast portable drive.", weight=58, warranty=36, ports="USB-C"),
    Item(
        "Vault SSD 2 TB",
        "storage",
        17900,
        "Fast portable drive, twice the room.",
        weight=58,
        warranty=36,
        ports="USB-C",
    ),
    Item("Memory card 128 GB", "storage", 2400, "Card for cameras.", weight=2, ports="SD"),
    Item("USB stick 64 GB", "storage", 1400, "Stick for files on the go.", weight=9, ports="USB-A"),
    Item("Lens HD", "webcam", 4900, "Webcam for calls in full HD.", weight=86, ports="USB-A"),
    Item("Lens 4K", "webcam", 11900, "Sharp webcam with a cover.", weight=140, ports="USB-C"),
    Item("Voice USB", "microphone", 7900, "Row microphone for calls and podcasts.", weight=420, ports="USB-C"),
    Item("Clip Mic", "microphone", 3400, "Wireless clip-on microphone.", 8, None, 12),
    Item("Mesh Duo", "router", 19900, "Two routers for the whole home.", weight=610, ports="4 x LAN"),
    Item("Roam 5G", "router", 24400, "Mobile router for travel.", 10, None, 240, ports="USB-C"),
    Item("Ink Home", "printer", 11900, "Colour ink printer with scanner.", weight=5200, ports="USB-B, WLAN"),
    Item(
        "Laser Office", "printer", 22900, "Fast black and white laser printer.", weight=8900, ports="USB-B, LAN, WLAN"
    ),
)
