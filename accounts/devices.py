"""What a browser says it is: enough for an agent to see whom he helps with what. Pure."""

import re

BROWSERS = (
    (r"MicroMessenger/(\d+)", "WeChat"), (r"AlipayClient/(\d+)", "Alipay"), (r"DingTalk/(\d+)", "DingTalk"),
    (r"Edg(?:A|iOS)?/(\d+)", "Edge"), (r"OPR/(\d+)", "Opera"), (r"M?QQBrowser/(\d+)", "QQ Browser"),
    (r"UCBrowser/(\d+)", "UC Browser"), (r"HuaweiBrowser/(\d+)", "Huawei Browser"),
    (r"MiuiBrowser/(\d+)", "Mi Browser"),
    (r"SamsungBrowser/(\d+)", "Samsung Internet"), (r"(?:Firefox|FxiOS)/(\d+)", "Firefox"),
    (r"(?:Chrome|CriOS)/(\d+)", "Chrome"), (r"Version/(\d+)[\d.]* .*Safari/", "Safari"),
)  # fmt: skip
SYSTEMS = (
    (r"(?:iPhone OS|CPU OS) (\d+)", "iOS"), (r"(?:Harmony|OpenHarmony)\D*([\d]*)", "HarmonyOS"),
    (r"Android (\d+)", "Android"), (r"Windows NT 10", "Windows"), (r"Windows", "Windows"),
    (r"Mac OS X", "macOS"), (r"CrOS", "ChromeOS"), (r"Linux", "Linux"),
)  # fmt: skip


def device_of(user_agent: str) -> tuple[str, str, str]:
    """(computer, phone or tablet; operating system; browser), empty where it says nothing we know."""
    is_tablet = "iPad" in user_agent or ("Android" in user_agent and "Mobile" not in user_agent)
    is_phone = bool(re.search(r"Mobile|iPhone|Android|Harmony", user_agent)) and not is_tablet
    system, browser = _first(SYSTEMS, user_agent), _first(BROWSERS, user_agent)
    device = "tablet" if is_tablet else "phone" if is_phone else "computer" if system else ""
    return device, system, browser


def _first(known: tuple[tuple[str, str], ...], user_agent: str) -> str:
    for pattern, name in known:
        if found := re.search(pattern, user_agent):
            version = found.group(1) if found.groups() else ""
            return f"{name} {version}".strip()
    return ""
