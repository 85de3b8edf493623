"""Speed and size of the bot's matcher against the goals: bench/bot.py [SIZE ...] (1000 10000 100000 unless named).

Each size is built in one process and then loaded and asked in another, as web processes do. Times are what a clock on
the wall says, processor time beside them: on a shared machine only the second is the matcher's own.
"""

import json
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

GOALS = {
    "build_s": {10_000: (10, 2)},
    "query_ms": {1_000: (5, 1), 10_000: (10, 2), 100_000: (25, 8)},
    "start_s": {1_000: (2, 0.5)},
    "memory_mb": {1_000: (150, 80)},
}
NAMES = {
    "build_s": "build", "write_s": "write the file", "file_mb": "file", "start_s": "start: import, load, first answer",
    "memory_mb": "memory after that", "query_ms": "query, median", "query_p95_ms": "query, 95 of 100",
    "edit_ms": "an edit of the draft, median", "cpu_build_s": "build, processor time",
    "cpu_query_ms": "query, median processor time",
}  # fmt: skip
CHINESE = """
订单 发票 退款 物流 快递 地址 优惠券 会员 积分 密码 账号 手机号 商品 质量 支付 银行卡
余额 提现 保修 维修 安装 配送 门店 预约 合同 套餐 流量 宽带 话费 机票 酒店 签证 保险
理赔 贷款 利率 还款 信用卡 额度 税务 工资 社保 公积金 医保 挂号 处方 报告 体检 课程
考试 证书 学分 作业 宿舍 食堂 图书馆 停车 违章 驾照 年检 加油 充电 电池 屏幕 耳机
路由器 摄像头 打印机 服务器 域名
""".split()  # noqa: SIM905 - a page of words
CHINESE_VERBS = """
查询 修改 取消 申请 删除 绑定 解绑 开通 关闭 升级 下载 上传 导出 打印 恢复 转移 合并
拆分 冻结 解冻 续费 退订 投诉 催促 延期
""".split()  # noqa: SIM905 - a page of words
ENGLISH = """
order invoice refund parcel address coupon membership password account phone product warranty repair delivery
store appointment contract plan data broadband flight hotel visa insurance claim loan rate repayment card
limit tax salary pension prescription report course exam certificate credit homework dormitory library parking
licence inspection battery screen headset router camera printer server domain database interface permission
log backup deployment
""".split()  # noqa: SIM905 - a page of words
ENGLISH_VERBS = """
change cancel request delete link unlink activate close upgrade download upload export print restore transfer
merge split freeze renew complain extend postpone pay redeem share track verify reset import schedule
""".split()  # noqa: SIM905 - a page of words


def base(size: int) -> tuple[list[tuple[str, tuple[str, ...]]], list[str]]:
    """Made-up entries of three questions, half Chinese, half English, and a query for each."""
    dice, seen = random.Random(7), set()
    entries, queries = [], []
    while len(entries) < size:
        model = f"{dice.choice('ABCDEFGH')}{dice.randrange(10, 10 + size // 500 + 1)}"
        if len(entries) % 2:
            one, two, verb = dice.choice(CHINESE), dice.choice(CHINESE), dice.choice(CHINESE_VERBS)
            asked = (
                f"怎么{verb}{model}{one}的{two}",
                f"{one}{two}如何{verb}{model}",
                f"我想{verb}一下{one}里的{two}{model}可以吗",
            )
            query = f"请问{model}{one}{two}在哪里可以{verb}"
        else:
            one, two, verb = dice.choice(ENGLISH), dice.choice(ENGLISH), dice.choice(ENGLISH_VERBS)
            asked = (f"How do I {verb} the {one} {two} {model}?", f"{verb} my {one} {two} {model}",
                     f"where can I {verb} a {two} for the {one} {model}")  # fmt: skip
            query = f"is it possible to {verb} {one} {two} {model} please"
        if asked[0] not in seen:
            seen.add(asked[0])
            entries.append((str(len(entries)), asked))
            queries.append(query)
    dice.shuffle(queries)
    return entries, queries


def memory_mb() -> float:
    """What this process has in memory now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 2**20


def build(size: int, path: Path) -> dict[str, float]:
    from chatbot.matching import Entry, Matcher, packed

    entries = [Entry(*row) for row in base(size)[0]]
    clock, cpu = time.perf_counter(), time.process_time()
    matcher = Matcher(entries)
    built, cpu_built = time.perf_counter() - clock, time.process_time() - cpu
    clock = time.perf_counter()
    packed.write(path, matcher.parts())
    written = time.perf_counter() - clock
    size_mb = path.stat().st_size / 2**20
    return {"build_s": built, "cpu_build_s": cpu_built, "write_s": written, "file_mb": size_mb}


def ask(size: int, path: Path) -> dict[str, float]:
    clock = time.perf_counter()
    from chatbot.matching import Entry, Matcher, packed

    matcher = Matcher.of(packed.read(path))
    matcher.match("how do I cancel my order")
    found = {"start_s": time.perf_counter() - clock, "memory_mb": memory_mb()}
    queries = base(size)[1][:500]
    wall, cpu = timed(matcher.match, queries)
    found |= {"query_ms": statistics.median(wall), "query_p95_ms": statistics.quantiles(wall, n=20)[-1]}
    found |= {"cpu_query_ms": statistics.median(cpu)}
    matcher.changed([], [Entry("first", ("the first edit finds the ids",))])
    edits = [
        Entry(str(number), (f"what is the new price of {number}", "what does it cost now")) for number in range(20)
    ]
    wall, _ = timed(lambda entry: matcher.changed(["5"], [entry]), edits)
    return found | {"edit_ms": statistics.median(wall)}


def timed(function, arguments) -> tuple[list[float], list[float]]:
    wall, cpu = [], []
    for argument in arguments:
        begun, used = time.perf_counter(), time.process_time()
        function(argument)
        wall.append(1000 * (time.perf_counter() - begun))
        cpu.append(1000 * (time.process_time() - used))
    return wall, cpu


def in_a_process(step: str, size: int, path: Path) -> dict[str, float]:
    command = [sys.executable, __file__, step, str(size), str(path)]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def main(sizes: list[int]) -> None:
    print(f"{'':36}" + "".join(f"{size:>12,}" for size in sizes) + "   must / aim")
    with tempfile.TemporaryDirectory() as folder:
        columns = []
        for size in sizes:
            path = Path(folder) / f"{size}.index"
            columns.append(in_a_process("build", size, path) | in_a_process("ask", size, path))
    for name, label in NAMES.items():
        goals = [f"{size:,}: {must} / {aim}" for size, (must, aim) in GOALS.get(name, {}).items() if size in sizes]
        values = "".join(f"{column[name]:>12.2f}" for column in columns)
        print(f"{label + ' ' + name.rsplit('_', 1)[1]:36}{values}   {'; '.join(goals)}", flush=True)


if __name__ == "__main__":
    if sys.argv[1:2] in (["build"], ["ask"]):
        print(json.dumps({"build": build, "ask": ask}[sys.argv[1]](int(sys.argv[2]), Path(sys.argv[3]))))
    else:
        main([int(size) for size in sys.argv[1:]] or [1_000, 10_000, 100_000])
