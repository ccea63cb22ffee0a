// Draws messages into the log in the shape of message.html. Only text goes in, never markup.
import { clock, dayHeading, dayOf, icon, noticeOf, role, text } from "./words.js";

function make(tag, className, words) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (words !== undefined) element.textContent = words;
  return element;
}

const initials = (name) => {
  const parts = name.split(/\s+/).filter(Boolean);
  return parts.length > 1 ? (parts[0][0] + parts.at(-1)[0]).toUpperCase() : name.slice(0, 1).toUpperCase() + name.slice(1, 2).toLowerCase();
};

export const nameOf = (sender, home) => {
  if (!sender) return text("gone");
  return home.family && sender.family === home.family ? sender.person : sender.name;
};

function disc(sender, name) {
  const known = sender?.family && document.querySelector(`#chat-discs`)?.content.querySelector(`[data-disc="${sender.family}"]`);
  const drawn = known ? known.firstElementChild.cloneNode(true) : make("span", "mk-disc mk-disc--s", initials(name));
  drawn.setAttribute("aria-hidden", "true");
  return drawn;
}

function minibutton(iconName, words, hook, value = "") {
  const button = make("button", "mk-minibtn");
  button.type = "button";
  button.dataset[hook] = value;
  button.append(icon(iconName), words);
  return button;
}

export function quoteIn(log, seq) {
  const original = seq && log.querySelector(`[data-seq="${seq}"]`);
  const words = original?.querySelector(".mk-bubble > p")?.textContent;
  if (!words) return null;
  const name = original.querySelector(".mk-from b")?.textContent ?? text("you");
  return { name, words: words.length > 80 ? `${words.slice(0, 79).trimEnd()}…` : words };
}

function bubble(log, message, words) {
  const box = make("div", "mk-bubble");
  const quote = message.op === "delete" ? null : quoteIn(log, message.reply_to);
  if (quote) {
    const link = make("a", "mk-quote");
    link.href = `#m${message.reply_to}`;
    link.append(make("b", "", `${quote.name}:`), ` ${quote.words}`);
    box.append(link);
  }
  box.append(make("p", "", words));
  return box;
}

function from(message, name) {
  const line = make("p", "mk-from");
  const time = make("time", "", clock(new Date(message.ts)));
  time.dateTime = message.ts;
  line.append(make("b", "", name), " ", time);
  const what = role(message.sender?.role);
  if (what) line.append(` · ${what}`);
  return line;
}

function under(home, message, name) {
  const row = make("div", "mk-under");
  if (home.mayWrite) row.append(minibutton("reply", text("reply"), "reply", String(message.seq)));
  const report = make("a", "mk-minibtn");
  report.href = `/messages/${home.room}/report/${message.seq}`;
  report.append(icon("flag"), text("report"), make("span", "sr-only", ` ${name}`));
  row.append(report);
  return row;
}

function notice(message) {
  const line = make("p", "mk-system", noticeOf(message.notice));
  line.dataset.seq = message.seq;
  line.id = `m${message.seq}`;
  return line;
}

// A stored message. `element` is the one already on the page, when it was our own on its way.
export function stored(log, home, message, element = make("article")) {
  if (message.kind === "notice") return notice(message);
  const gone = message.op === "delete";
  const mine = message.sender?.id === home.me;
  const name = nameOf(message.sender, home);
  const words = gone ? text("removed") : message.body ?? text("unreadable");
  element.className = `mk-msg ${mine ? "mk-msg--me" : ""} ${gone ? "mk-msg--gone" : ""}`;
  element.id = `m${message.seq}`;
  element.dataset.seq = message.seq;
  element.dataset.cid = message.cid;
  delete element.dataset.pending;
  element.replaceChildren();
  if (!mine) element.append(from(message, name), disc(message.sender, name));
  element.append(bubble(log, message, words));
  if (mine) {
    const line = make("p", "mk-under", "");
    line.append(make("span", "sr-only", `${text("you")} · `), `${clock(new Date(message.ts))} · ${text("sent")}`);
    element.append(line);
  } else if (!gone) {
    element.append(under(home, message, name));
  }
  return element;
}

// One's own message on its way, with what can be done about it.
export function onItsWay(log, message, { connected }, element = make("article")) {
  const failed = message.state === "failed";
  element.className = `mk-msg mk-msg--me ${failed ? "mk-msg--failed" : "mk-msg--sending"}`;
  element.dataset.pending = message.cid;
  const line = make("p", "mk-under");
  if (failed) {
    const told = make("span", "mk-fail");
    told.setAttribute("role", "alert");
    told.append(icon("error"), ` ${text("failed")} ${message.problem ?? ""}`);
    line.append(told, minibutton("refresh", text("retry"), "retry"), minibutton("delete", text("drop"), "drop"));
  } else if (connected) {
    line.append(`${clock(new Date(message.at))} · ${text("sending")}`);
  } else {
    line.append(icon("time"), ` ${text("waiting")}`);
  }
  element.replaceChildren(bubble(log, message, message.body), line);
  return element;
}

// Puts a message where its number belongs, under the heading of its day.
export function place(log, element, message) {
  let next = [...log.querySelectorAll("[data-seq]")].find((other) => other !== element && Number(other.dataset.seq) > message.seq)
    ?? log.querySelector("[data-pending]") ?? log.querySelector("[data-end]");
  const day = dayOf(new Date(message.ts));
  while (next?.previousElementSibling?.matches(`.mk-day:not([data-day="${day}"]), .mk-unread`) && next.matches("[data-seq], .mk-day, .mk-unread")) {
    next = next.previousElementSibling;
  }
  if (element.nextElementSibling !== next || !element.isConnected) log.insertBefore(element, next);
  if (!log.querySelector(`.mk-day[data-day="${day}"]`)) {
    const heading = make("h2", "mk-day", dayHeading(day));
    heading.dataset.day = day;
    log.insertBefore(heading, element);
  }
}
