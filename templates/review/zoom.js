// Both pictures of a case enlarged at the same place. Where they match, it is the place that matches.
(() => {
  const pair = document.querySelector("#pair");
  const [listing, reference] = pair ? pair.querySelectorAll(".stage") : [];
  if (!listing) return;
  const CLOSEST = 8, STEP = Math.SQRT2, FIRST = 2.5, MOVE = 0.12;
  // `at` is what is in the middle of the listing's picture, in parts of its width and height.
  let scale = 1, at = [0.5, 0.5];

  // From the listing's picture to the reference: the inverse of the matrix that lays the one over the other.
  const numbers = pair.dataset.matrix?.match(/-?[\d.]+/g)?.map(Number);
  const [a, b, c, d, e, f] = numbers ? [...numbers.slice(0, 4), numbers[4] / 1000, numbers[5] / 1000] : [1, 0, 0, 1, 0, 0];
  const area = a * d - b * c;
  const inReference = ([x, y]) => [(d * (x - e) - c * (y - f)) / area, (a * (y - f) - b * (x - e)) / area];
  const shape = (stage) => { const picture = stage.querySelector("img"); return picture.naturalHeight / picture.naturalWidth || 1; };

  function lay(stage, place, by) {
    const sheet = stage.firstElementChild;
    const [width, height] = [stage.clientWidth, stage.clientWidth * shape(stage)];
    const move = (part, size, room) => {
      const shown = size * by;
      // What is smaller than its frame lies in the middle of it; what is larger leaves no edge bare.
      return shown <= room ? (room - shown) / 2 : Math.min(0, Math.max(room - shown, room / 2 - part * shown));
    };
    const [x, y] = [move(place[0], width, stage.clientWidth), move(place[1], height, stage.clientHeight)];
    // The outline keeps its width.
    sheet.style.setProperty("--by", scale === 1 ? 1 : by);
    sheet.style.transform = scale === 1 ? "" : `translate(${x}px, ${y}px) scale(${by})`;
  }
  function show() {
    const zoomed = scale > 1;
    pair.classList.toggle("zoomed", zoomed);
    document.querySelector("[data-zoom]").setAttribute("aria-pressed", String(zoomed));
    document.querySelector("#scale").textContent = `${Math.round(scale * 10) / 10}×`;
    lay(listing, at, scale);
    if (reference) {
      // As large as what it matches, so that one thing has one size in both.
      const same = numbers ? Math.sqrt(Math.abs(area) * shape(listing) / shape(reference)) : 1;
      lay(reference, inReference(at), Math.max(1, scale * same));
    }
  }
  function zoom(to, place = at) {
    scale = to < 1.05 ? 1 : Math.min(to, CLOSEST);
    at = scale === 1 ? [0.5, 0.5] : place.map((part) => Math.min(1, Math.max(0, part)));
    show();
  }
  const by = (x, y) => zoom(scale, [at[0] + x / scale, at[1] + y / scale]);

  // At first to the middle of what matches.
  const matched = listing.querySelector("polygon")?.points;
  const middle = () => {
    const corners = matched ? [...matched] : [];
    const mean = (axis) => corners.reduce((sum, corner) => sum + corner[axis], 0) / corners.length / 1000;
    return corners.length ? [mean("x"), mean("y")] : [0.5, 0.5];
  };
  document.querySelector("[data-zoom]").addEventListener("click", () => zoom(scale > 1 ? 1 : FIRST, middle()));
  for (const button of document.querySelectorAll("[data-closer]")) {
    button.addEventListener("click", () => zoom(scale * STEP ** Number(button.dataset.closer), scale > 1 ? at : middle()));
  }
  addEventListener("resize", show);
  const arrows = { ArrowLeft: [-MOVE, 0], ArrowRight: [MOVE, 0], ArrowUp: [0, -MOVE], ArrowDown: [0, MOVE] };
  addEventListener("keydown", (event) => {
    const free = !event.target.matches("input, select, textarea") && !event.ctrlKey && !event.metaKey && !event.altKey;
    if (scale === 1 || !free || !(event.key in arrows)) return;
    event.preventDefault();
    by(...arrows[event.key]);
  });
  for (const stage of [listing, reference].filter(Boolean)) {
    const size = () => [stage.clientWidth, stage.clientWidth * shape(stage)];
    stage.addEventListener("pointerdown", (event) => { if (scale > 1) stage.setPointerCapture(event.pointerId); });
    // A browser would drag the picture away.
    stage.addEventListener("dragstart", (event) => event.preventDefault());
    stage.addEventListener("pointermove", (event) => {
      if (scale > 1 && event.buttons) by(-event.movementX / size()[0], -event.movementY / size()[1]);
    });
    stage.addEventListener("wheel", (event) => {
      if (scale === 1) return;
      event.preventDefault();
      zoom(scale * STEP ** (event.deltaY < 0 ? 1 : -1));
    }, { passive: false });
  }
})();
