// What a message must not give away. The same rules as data/private_numbers.py, which asks again at the server;
// one list of cases (tests/chat/guard_cases.json) tests both. Names of children are known here only.
const CPR = new RegExp(
  "(?<!\\d)(?:(\\d{6})(?:[ \\-./,:;_|*~=+()\\\\#]{0,5}" +
  "|(?:[ \\-.,:;]{1,3}(?:og|så|de|sidste|fire|cifre|er|streg|bindestreg)){1,6}[ \\-.,:;]{1,3})" +
  "(?:\\d{4}|\\d\\d[ \\-.]\\d\\d|\\d(?:[ \\-.]\\d){3})" +
  "|(\\d\\d[ \\-./]\\d\\d[ \\-./]\\d\\d)[ \\-./]{0,3}\\d{4}" +
  "|(\\d\\d \\d\\d \\d\\d) \\d\\d \\d\\d|(\\d\\d-\\d\\d-\\d\\d)-\\d\\d-\\d\\d" +
  "|(\\d{4}(?:19|20)\\d\\d)[ \\-./]{0,3}\\d{4}" +
  "|(\\d\\d[ \\-./]\\d\\d[ \\-./](?:19|20)\\d\\d)" +
  "(?:[\\-/]\\d{4}|[ \\-./]{1,3}(?!(?:[01]\\d|2[0-3])[0-5]\\d)\\d{4})" +
  "|(\\d{4}[ \\-.]\\d\\d|\\d\\d[ \\-.]\\d{4}|\\d{3}[ \\-.]\\d{3})[ \\-.]{0,3}\\d{4}" +
  "|(\\d(?:[ \\-.]\\d){5})[ \\-.]{1,3}\\d(?:[ \\-.]\\d){3})(?!\\d)", "gi");
const PHONE = /(?<![\d.,-])(?:(?:\+|00) ?45 ?)?(?:[2-9]\d{7}|[2-9]\d(?: \d\d){3}|[2-9]\d{3} \d{4}|[2-9]\d\d \d\d \d{3})(?!\d|[.,-]\d)/g;
const TWO_YEARS = /^20\d\d 20\d\d$/;
const EMAIL = /[\p{L}\p{N}_.+-]{1,64}@[\p{L}\p{N}_-]+(?:\.[\p{L}\p{N}_-]+)+/gu;
const CASE = /(?<![\p{L}\p{N}_])(?:(?:sags?|journal|j)\.? ?-?(?:nr|nummer|id|no)\.?:? ?[a-z]{0,4}[-/ ]?\d[\p{L}\p{N}_./-]{2,}|\d\d\.\d\d\.\d\d-[a-z]\d\d-\d+-\d\d(?!\d))/giu;

export const MAY_CONFIRM = new Set(["phone", "email"]);

const isDigit = (code) => /^\p{Nd}$/u.test(String.fromCodePoint(code));

// Digits of every script stand in rows of ten: the place in the row is the value.
function digitOf(sign) {
  let code = sign.codePointAt(0);
  if (!isDigit(code)) {
    const known = sign.normalize("NFKC");  // superscript, circled
    return /^\d$/.test(known) ? known : null;
  }
  const last = code;
  while (isDigit(code - 1)) code -= 1;
  return String((last - code) % 10);
}

function plainSign(sign) {
  if (/^[\t\n\r]$/.test(sign)) return " ";
  if (sign <= "\u007f") return sign;
  if (/^[\p{Cf}\p{Mn}\p{Me}]$/u.test(sign)) return "";
  const digit = digitOf(sign);
  if (digit !== null) return digit;
  if (/^[\p{Pd}−⁃·•⁻₋]$/u.test(sign)) return "-";
  return /^\p{Z}$/u.test(sign) ? " " : sign;
}

// Digits, dashes and spaces written in one way, and where in the text each sign begins and ends.
function plainOf(text) {
  let plain = "";
  const begins = [], ends = [];
  let at = 0;
  for (const sign of text) {
    const simple = plainSign(sign);
    for (let i = 0; i < simple.length; i += 1) {
      begins.push(at);
      ends.push(at + sign.length);
    }
    plain += simple;
    at += sign.length;
  }
  return { plain, begins, ends };
}

function couldBeABirthday(digits) {
  const stated = Number(digits.slice(0, 2)), month = Number(digits.slice(2, 4)), year = Number(digits.slice(4));
  const day = stated > 60 ? stated - 60 : stated;  // a child without a CPR number: 60 is added
  const years = digits.length === 8 ? [year] : [1800 + year, 1900 + year, 2000 + year];
  return years.some((full) => {
    const tried = new Date(Date.UTC(full, month - 1, day));
    return tried.getUTCMonth() === month - 1 && tried.getUTCDate() === day;
  });
}

const searches = [
  ["cpr", CPR, (match) => couldBeABirthday(match.slice(1).find(Boolean).replace(/\D/g, ""))],
  ["case", CASE, () => true],
  ["email", EMAIL, () => true],
  ["phone", PHONE, (match) => !TWO_YEARS.test(match[0])],
];

const initials = (name) => name.split(/[\s-]+/).filter(Boolean).map((word) => `${word[0].toUpperCase()}.`).join("");

// The family's own list, as whole words, whatever the case. Danish adds an s for "whose".
function namesIn(text, names) {
  const found = [];
  for (const name of names.map((n) => n.trim()).filter((n) => n.length > 1)) {
    const words = name.split(/\s+/).map((w) => w.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("\\s+");
    const pattern = new RegExp(`(?<![\\p{L}\\p{N}])${words}(?=s?(?![\\p{L}\\p{N}]))`, "giu");
    for (const match of text.matchAll(pattern)) {
      found.push({ start: match.index, end: match.index + match[0].length, kind: "name", by: initials(match[0]) });
    }
  }
  return found.sort((a, b) => b.end - b.start - (a.end - a.start));
}

export function finds(text, names = []) {
  const { plain, begins, ends } = plainOf(text);
  const found = [];
  const add = (find) => {
    if (!found.some((other) => find.start < other.end && other.start < find.end)) found.push(find);
  };
  for (const [kind, pattern, holds] of searches) {
    for (const match of plain.matchAll(pattern)) {
      if (holds(match)) add({ start: begins[match.index], end: ends[match.index + match[0].length - 1], kind });
    }
  }
  namesIn(text, names).forEach(add);
  return found.sort((a, b) => a.start - b.start);
}

export function replaced(text, found, by) {
  return found.reduceRight((done, find) => done.slice(0, find.start) + (find.by ?? by) + done.slice(find.end), text);
}
