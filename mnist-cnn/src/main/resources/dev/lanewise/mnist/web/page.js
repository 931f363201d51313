import { Pad } from "/pad.js";

const element = id => document.getElementById(id);
const result = document.querySelector(".result");

/** Below this probability the page says that it is not sure. */
const SURE = 0.6;

const bars = Array.from({ length: 10 }, (_, digit) => {
  const row = document.createElement("li");
  row.innerHTML =
    `<span>${digit}</span><div class="track" aria-hidden="true"><div class="fill"></div></div><span class="share"></span>`;
  element("bars").append(row);
  return { row, fill: row.querySelector(".fill"), share: row.querySelector(".share") };
});

const pad = new Pad(element("pad"), { onChange: changed, onLift: () => speakSoon() });

/* One request at a time; when its answer is there, the newest drawing follows. */
let asking = false;
let outdated = false;

function changed() {
  document.body.classList.toggle("drawn", !pad.empty);
  if (pad.empty) {
    showNothing();
  } else if (result.dataset.state === "empty") {
    element("verdict").textContent = "Reading …";
  }
  outdated = true;
  if (!asking) ask();
}

async function ask() {
  asking = true;
  while (outdated) {
    outdated = false;
    if (pad.empty) continue;
    try {
      const picture = await pad.picture();
      const start = performance.now();
      const response = await fetch("/predict?input", {
        method: "POST",
        headers: { "Content-Type": "image/png" },
        body: picture,
      });
      const answer = await response.json();
      if (!response.ok) throw new Refusal(answer.error);
      if (!pad.empty) show(answer, performance.now() - start);
      showFault(null);
    } catch (error) {
      if (pad.empty) continue;
      if (result.dataset.state === "empty") element("verdict").textContent = "No answer yet";
      else result.dataset.state = "stale";
      if (error instanceof Refusal) {
        showFault(`The server cannot read the drawing: ${error.message}.`);
      } else {
        showFault("The server does not answer. Is it still running? This page tries again.");
        await new Promise(done => setTimeout(done, 1000));
        outdated = true;
      }
    }
  }
  asking = false;
}

class Refusal extends Error {}

function show({ digit, probabilities, microseconds, input }, milliseconds) {
  const sure = probabilities[digit] >= SURE;
  const share = percent(probabilities[digit]);
  result.dataset.state = sure ? "sure" : "unsure";
  element("digit").textContent = digit;
  element("verdict").textContent = sure ? `${share.replace(">", "More than")} sure` : `Not sure: ${share}`;
  probabilities.forEach((probability, i) => setBar(i, probability, i === digit));
  element("engine").textContent = `${Math.round(microseconds).toLocaleString("en")} µs`;
  element("trip").textContent = `${milliseconds.toFixed(1)} ms`;
  showInput(input);
  speakSoon();
}

function showNothing() {
  result.dataset.state = "empty";
  element("digit").textContent = "–";
  element("verdict").textContent = "Nothing drawn yet";
  bars.forEach((_, i) => setBar(i, 0, false));
  element("engine").textContent = element("trip").textContent = "–";
  showInput(new Array(784).fill(0));
  showFault(null);
}

function setBar(digit, probability, best) {
  const { row, fill, share } = bars[digit];
  row.classList.toggle("best", best);
  fill.style.transform = `translateX(${(probability - 1) * 100 - (probability > 0 ? 0 : 1)}%)`;
  share.textContent = pad.empty ? "" : percent(probability);
}

function percent(probability) {
  const value = 100 * probability;
  // 100 % and 0 % are for certainties, which a network never has.
  if (value > 99.9 && value < 100) return "> 99.9 %";
  if (value > 0 && value < 0.1) return "< 0.1 %";
  return `${value.toFixed(1)} %`;
}

function showInput(pixels) {
  const context = element("input").getContext("2d");
  const image = context.createImageData(28, 28);
  pixels.forEach((pixel, i) => image.data.set([pixel, pixel, pixel, 255], 4 * i));
  context.putImageData(image, 0, 0);
}

function showFault(text) {
  const fault = element("fault");
  if (fault.textContent === (text ?? "")) return;
  fault.textContent = text ?? "";
  fault.hidden = text === null;
}

/* Screen readers hear the result once the drawing rests, not each step to it. */
let speaking = 0;

function speakSoon() {
  clearTimeout(speaking);
  speaking = setTimeout(() => {
    const digit = element("digit").textContent;
    const unsure = result.dataset.state === "unsure";
    const answer = `${unsure ? "Perhaps a" : "A"}${digit === "8" ? "n" : ""} ${digit}`;
    speak(pad.empty ? "" : `${answer}. ${element("verdict").textContent}.`);
  }, 700);
}

function speak(text) {
  element("spoken").textContent = text;
}

/* Tools, by button and by key. */
const dark = matchMedia("(prefers-color-scheme: dark)");
let chosenDark = null; // until the user chooses, the system's colours hold

function setTheme() {
  const isDark = chosenDark ?? dark.matches;
  if (chosenDark !== null) document.documentElement.dataset.theme = isDark ? "dark" : "light";
  element("theme").setAttribute("aria-pressed", isDark);
  pad.redraw();
}

const tools = {
  clear() {
    clearTimeout(speaking);
    pad.clear();
    speak("Cleared.");
  },
  undo() {
    if (!pad.empty) pad.undo();
  },
  view() {
    const shown = !document.body.classList.toggle("no-view");
    element("view").setAttribute("aria-pressed", shown);
  },
  theme() {
    chosenDark = !(chosenDark ?? dark.matches);
    setTheme();
  },
};
const keys = { c: "clear", escape: "clear", delete: "clear", u: "undo", n: "view", d: "theme" };

for (const [id, action] of Object.entries(tools)) element(id).addEventListener("click", action);
addEventListener("keydown", event => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  const tool = keys[event.key.toLowerCase()];
  if (tool) {
    event.preventDefault();
    tools[tool]();
  }
});
dark.addEventListener("change", setTheme);

setTheme();
showNothing();
