// Magwise: small comforts on top of pages that work without them. Nothing is sent anywhere but to this server.
"use strict";

const csrf = () => document.querySelector('input[name="csrf"]')?.value ?? "";

async function fragment(address, fields) {
  const body = fields && new URLSearchParams({ csrf: csrf(), ...fields });
  const answer = await fetch(address, { method: fields ? "POST" : "GET", body, headers: { "X-Fragment": "1" } });
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.text();
}

// medicine lines: what a line is known as, while it is typed
for (const lines of document.querySelectorAll("[data-lines]")) {
  const timers = new WeakMap();
  lines.addEventListener("input", (event) => {
    const field = event.target.closest("[data-look]");
    if (!field) return;
    clearTimeout(timers.get(field));
    timers.set(field, setTimeout(async () => {
      const said = field.closest("[data-line]").querySelector(".said");
      try {
        const html = field.value.trim() ? await fragment("/about/medicines/look", { line: field.value }) : "";
        said.innerHTML = html; // our own server's escaped fragment
      } catch { said.textContent = ""; }
    }, 350));
  });
  const more = document.querySelector("[data-more]");
  more?.addEventListener("click", (event) => {
    event.preventDefault();
    const all = lines.querySelectorAll("[data-line]");
    const copy = all[all.length - 1].cloneNode(true);
    const count = all.length;
    for (const one of copy.querySelectorAll("[id], [for], [aria-describedby]"))
      for (const name of ["id", "for", "aria-describedby"])
        if (one.hasAttribute(name)) one.setAttribute(name, one.getAttribute(name).replace(/\d+$/, count));
    copy.querySelector("label").textContent = copy.querySelector("label").textContent.replace(/\d+$/, count + 1);
    for (const input of copy.querySelectorAll("input")) input.value = "";
    copy.querySelector(".said").textContent = "";
    lines.append(copy);
    copy.querySelector("input").focus();
  });
}

// photos: drop them, and say which one was chosen
for (const drop of document.querySelectorAll("[data-drop]")) {
  const input = drop.querySelector('input[type="file"]');
  const says = drop.querySelector("[data-drop-says]");
  const named = () => { says.textContent = input.files.length ? `Chosen: ${input.files[0].name}` : ""; };
  input.addEventListener("change", named);
  for (const kind of ["dragenter", "dragover"])
    drop.addEventListener(kind, (event) => { event.preventDefault(); drop.classList.add("over"); });
  for (const kind of ["dragleave", "drop"]) drop.addEventListener(kind, () => drop.classList.remove("over"));
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    if (event.dataTransfer.files.length) { input.files = event.dataTransfer.files; named(); }
  });
}

// buttons that take a while say so
for (const button of document.querySelectorAll("[data-busy]"))
  button.form?.addEventListener("submit", () => {
    setTimeout(() => { button.textContent = button.dataset.busy; button.disabled = true; });
  });
addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

// parts of a page that are computed in a second request
for (const place of document.querySelectorAll("[data-later]")) {
  place.setAttribute("aria-busy", "true");
  fragment(place.dataset.later).then((html) => { place.innerHTML = html; })
    .catch(() => { /* the plain link stays */ })
    .finally(() => place.removeAttribute("aria-busy"));
}

// the day as a line with handles; the time fields below stay the truth
for (const box of document.querySelectorAll("[data-dayline]")) {
  const fields = [...box.querySelectorAll('input[type="time"]')];
  const line = document.createElement("div");
  line.className = "dayline";
  line.innerHTML = '<div class="track"></div>';
  for (let hour = 0; hour <= 24; hour += 6) {
    const mark = document.createElement("span");
    mark.className = "hour";
    mark.textContent = `${hour}:00`;
    mark.style.left = `${hour / 24 * 100}%`;
    line.append(mark);
  }
  const usual = { wake: "06:30", breakfast: "07:30", lunch: "12:30", dinner: "19:00", bed: "22:45" };
  const read = (field) => { const [h, m] = (field.value || usual[field.name]).split(":"); return h * 60 + +m; };
  const write = (field, at) => {
    const total = ((Math.round(at / 15) * 15) % 1440 + 1440) % 1440;
    for (const one of fields) if (!one.value) one.value = usual[one.name];
    field.value = `${String(Math.floor(total / 60)).padStart(2, "0")}:${String(total % 60).padStart(2, "0")}`;
    field.dispatchEvent(new Event("input"));
  };
  fields.forEach((field, index) => {
    const name = box.querySelector(`label[for="${field.id}"]`).textContent;
    const thumb = document.createElement("button");
    thumb.type = "button";
    thumb.className = `thumb${index % 2 ? " low" : ""}`;
    thumb.setAttribute("role", "slider");
    thumb.setAttribute("aria-label", name);
    thumb.setAttribute("aria-valuemin", "0");
    thumb.setAttribute("aria-valuemax", "1425");
    thumb.append(document.createElement("span"));
    const show = () => {
      const at = read(field);
      thumb.style.left = `${at / 1440 * 100}%`;
      thumb.setAttribute("aria-valuenow", at);
      thumb.setAttribute("aria-valuetext", field.value || `${usual[field.name]}, not set`);
      thumb.firstChild.textContent = name.replace(/^I (go to )?/, "");
    };
    thumb.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 15, ArrowUp: 15, ArrowLeft: -15, ArrowDown: -15, PageUp: 60, PageDown: -60 }[event.key];
      if (step) { event.preventDefault(); write(field, read(field) + step); }
    });
    thumb.addEventListener("pointerdown", (event) => {
      thumb.setPointerCapture(event.pointerId);
      const move = (moved) => {
        const frame = line.getBoundingClientRect();
        write(field, Math.min(1425, Math.max(0, (moved.clientX - frame.left) / frame.width * 1440)));
      };
      thumb.addEventListener("pointermove", move);
      thumb.addEventListener("pointerup", () => thumb.removeEventListener("pointermove", move), { once: true });
    });
    field.addEventListener("input", () => fields.forEach((one) => one.dispatchEvent(new Event("shown"))));
    field.addEventListener("shown", show);
    show();
    line.append(thumb);
  });
  box.before(line);
}

// a catalogue that is being read: its progress as it comes
for (const place of document.querySelectorAll("[data-job]")) {
  const source = new EventSource(place.dataset.job);
  const tell = (event) => {
    const job = JSON.parse(event.data);
    place.querySelector("progress").value = job.share;
    place.querySelector("[data-job-says]").textContent = `${job.rows} rows so far`;
  };
  source.addEventListener("progress", tell);
  source.addEventListener("end", () => { source.close(); location.reload(); });
}
