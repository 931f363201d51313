/**
 * A canvas to draw on with mouse, finger or pen. Strokes are kept as points in units of the side,
 * so that they survive a change of size or colours and can be taken back one by one.
 */
const STROKE = 1 / 14; // of the side: about as thick as MNIST's strokes

/** Side of the picture that is sent: small, and more than enough for 28 x 28 pixels. */
const SENT = 140;

export class Pad {
  #canvas;
  #context;
  #strokes = [];
  #pointer = null;
  #onChange;
  #onLift;

  constructor(canvas, { onChange, onLift }) {
    this.#canvas = canvas;
    this.#context = canvas.getContext("2d");
    this.#onChange = onChange;
    this.#onLift = onLift;
    canvas.addEventListener("pointerdown", event => this.#down(event));
    canvas.addEventListener("pointermove", event => this.#move(event));
    for (const end of ["pointerup", "pointercancel", "lostpointercapture"]) {
      canvas.addEventListener(end, event => this.#up(event));
    }
    new ResizeObserver(() => this.redraw()).observe(canvas);
  }

  get empty() {
    return this.#strokes.length === 0;
  }

  clear() {
    this.#strokes = [];
    this.#pointer = null;
    this.redraw();
    this.#onChange();
  }

  /** Takes the last stroke back. */
  undo() {
    this.#strokes.pop();
    this.#pointer = null;
    this.redraw();
    this.#onChange();
  }

  /** Draws everything again, as sharp as the screen is and in the page's colour. */
  redraw() {
    const side = Math.round(this.#canvas.clientWidth * devicePixelRatio);
    this.#canvas.width = this.#canvas.height = side;
    draw(this.#context, this.#strokes, side, getComputedStyle(this.#canvas).color);
  }

  /** The drawing as a PNG, black on white. */
  picture() {
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = SENT;
    const context = canvas.getContext("2d");
    context.fillStyle = "#fff";
    context.fillRect(0, 0, SENT, SENT);
    draw(context, this.#strokes, SENT, "#000");
    return new Promise(done => canvas.toBlob(done, "image/png"));
  }

  #down(event) {
    if (this.#pointer !== null || event.button !== 0) return; // one finger, one pen at a time
    event.preventDefault();
    this.#canvas.focus({ preventScroll: true, focusVisible: false });
    this.#canvas.setPointerCapture(event.pointerId);
    this.#pointer = event.pointerId;
    this.#strokes.push([this.#point(event)]);
    this.#changed();
  }

  #move(event) {
    if (event.pointerId !== this.#pointer) return;
    // Browsers report once a frame; what happened between makes the curve smooth.
    const events = event.getCoalescedEvents?.() ?? [];
    const stroke = this.#strokes.at(-1);
    for (const each of events.length > 0 ? events : [event]) stroke.push(this.#point(each));
    this.#changed();
  }

  #up(event) {
    if (event.pointerId !== this.#pointer) return;
    this.#pointer = null;
    this.#onLift();
  }

  #point(event) {
    const box = this.#canvas.getBoundingClientRect();
    return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
  }

  #changed() {
    this.redraw();
    this.#onChange();
  }
}

function draw(context, strokes, side, colour) {
  context.strokeStyle = colour;
  context.lineWidth = STROKE * side;
  context.lineCap = context.lineJoin = "round";
  for (const stroke of strokes) {
    context.beginPath();
    path(context, stroke.map(([x, y]) => [x * side, y * side]));
    context.stroke();
  }
}

/** A curve through the middles between points, each point bending it: no corners where they lie. */
function path(context, points) {
  const [first, ...rest] = points;
  context.moveTo(...first);
  if (rest.length === 0) context.lineTo(first[0] + 0.01, first[1]); // a dot
  let [lastX, lastY] = first;
  for (const [x, y] of rest) {
    context.quadraticCurveTo(lastX, lastY, (lastX + x) / 2, (lastY + y) / 2);
    [lastX, lastY] = [x, y];
  }
  context.lineTo(lastX, lastY);
}
