// Apps built with the published UI kit send its emoji by name: in texts, [TUIEmoji_Smile], and as elements of their own.
const NAMES = {
  Expect: "🥹", Blink: "😉", Guffaw: "😆", KindSmile: "😊", Haha: "😄", Cheerful: "😁", Smile: "🙂", Sorrow: "😟", Speechless: "😑",
  Amazed: "😲", Complacent: "😌", Lustful: "😍", Stareyes: "🤩", Giggle: "🤭", Daemon: "😈", Rage: "😡", Yawn: "🥱", TearsLaugh: "😂",
  Silly: "🤪", Wail: "😭", Kiss: "😘", Trapped: "😖", Fear: "😨", BareTeeth: "😬", FlareUp: "🤯", Tact: "😅", Shit: "💩", ShutUp: "🤐",
  Sigh: "😮‍💨", Hehe: "😏", Silent: "😶", Skull: "💀", Mask: "😷", Beer: "🍺", Cake: "🎂", RedPacket: "🧧", Bombs: "💣", Ai: "❤️",
  Celebrate: "🎉", Bless: "🙏", Flower: "🌹", Watermelon: "🍉", Cow: "🐮", Fool: "🤡", Surprised: "😮", Askance: "😒", Monster: "👾",
  Pig: "🐷", Coffee: "☕", Ok: "👌", Heart: "💖", Sun: "☀️", Moon: "🌙", Star: "⭐", Rich: "🤑", Fortune: "💰", 857: "🤙", 666: "🤘",
  Prohibit: "🚫", Convinced: "👍", Knife: "🔪", Like: "👍",
};
const NAMED = /\[TUIEmoji_(\w{1,20})\]/g;

/** `value` with named emoji as characters; unknown names stay as they are. */
export function withEmoji(value) {
  return value.includes("[TUIEmoji_") ? value.replace(NAMED, (name, word) => NAMES[word] ?? name) : value;
}
