// Follows a run: what ends is told by the case's stream, and the run's part of the page is fetched again.
const run = document.getElementById("run");

function again(part: HTMLElement): void {
  part.dispatchEvent(new CustomEvent("acted"));
}

function underWay(part: HTMLElement): boolean {
  const job = part.querySelector<HTMLElement>(".job");
  return job !== null && ["waiting", "running"].includes(job.dataset.state ?? "");
}

function watch(address: string, part: HTMLElement): void {
  const source = new EventSource(address);
  source.addEventListener("journal", (event: MessageEvent<string>) => {
    const entry = JSON.parse(event.data) as { kind: string };
    if (entry.kind.startsWith("action.")) again(part);
  });
  source.addEventListener("over", () => source.close());
  setInterval(() => {
    if (underWay(part)) again(part); // that a job ended is no line of a case
  }, 1500);
}

if (run?.dataset.stream !== undefined) watch(run.dataset.stream, run);
