// Reads playlists with parsers that know nothing of mockets, and plays them in a browser.
//
// Standard input: {"parse": {"hls": [text], "mpd": [text]}, "play": [{"player": "hls" or "dash",
// "url", "renditions": [how each is told from the others, and how many captions it has]}], "profile": an empty folder}.
// Standard output: {"hls": [...], "mpd": [...], "play": [...]} of the same lengths.

import fs from "node:fs";
import { createRequire } from "node:module";
import hlsParser from "hls-parser";
import { parse as parseMpd } from "mpd-parser";
import { chromium } from "playwright-core";

const require = createRequire(import.meta.url);
const SCRIPTS = [
  require.resolve("hls.js/dist/hls.js"),
  require.resolve("dashjs/dist/dash.all.debug.js"),
  require.resolve("dashjs/dist/dash.mss.debug.js"),
];
const PATIENCE_MS = 120000;

hlsParser.setOptions({ strictMode: true });

const plain = (value) => JSON.parse(JSON.stringify(value, (name, member) => {
  if (name === "parentManifest") return undefined;
  return member instanceof Uint8Array ? Array.from(member) : member;
}));

// In the browser: play one rendition from its start, jump near to its end, and play on to it.
async function playOne(wanted) {
  const video = document.createElement("video");
  document.body.replaceChildren(video);
  let stop;
  const failure = new Promise((resolve, reject) => { stop = reject; });
  const until = (look) => Promise.race([failure, new Promise((resolve) => {
    const events = ["timeupdate", "resize", "durationchange", "ended", "seeked", "playing",
      "pause"];
    const check = () => {
      if (!look()) return;
      events.forEach((name) => video.removeEventListener(name, check));
      resolve();
    };
    events.forEach((name) => video.addEventListener(name, check));
    check();
  })]);
  const captions = () => Array.from(video.textTracks)
    .flatMap((track) => Array.from(track.cues ?? []))
    .map((cue) => [cue.startTime, cue.endTime, cue.text]);
  video.addEventListener("error", () => stop(new Error(`media: ${video.error.message}`)));

  let player;
  if (wanted.player === "hls") {
    player = new Hls({ startLevel: wanted.rendition.level, enableWorker: false });
    player.on(Hls.Events.ERROR, (name, data) => {
      if (data.fatal) stop(new Error(`hls.js: ${data.details} ${data.error}`));
    });
    player.on(Hls.Events.SUBTITLE_TRACKS_UPDATED, () => { player.subtitleTrack = 0; });
    player.on(Hls.Events.MANIFEST_PARSED, () => {
      player.loadLevel = wanted.rendition.level;
      video.play();
    });
    player.loadSource(wanted.url);
    player.attachMedia(video);
  } else {
    player = dashjs.MediaPlayer().create();
    player.updateSettings({
      debug: { logLevel: 0 },
      streaming: {
        text: { defaultEnabled: true },
        abr: {
          autoSwitchBitrate: { video: false, audio: false },
          initialBitrate: { video: wanted.rendition.kbps },
        },
      },
    });
    player.on(dashjs.MediaPlayer.events.ERROR, (event) => {
      stop(new Error(`dash.js: ${event.error.message}`));
    });
    player.initialize(video, wanted.url, true);
  }
  try {
    await until(() => video.currentTime > 0.7 && captions().length >= wanted.rendition.captions);
    const started = video.currentTime;
    const height = video.videoHeight;
    const duration = video.duration;
    video.currentTime = duration - 1.2;
    // The duration may still grow a little when a player has stopped at its end.
    await until(() => video.ended || (video.paused && video.currentTime > duration - 0.1));
    return {
      started,
      duration,
      height,
      end: video.currentTime,
      height_at_end: video.videoHeight,
      pictures: video.webkitDecodedFrameCount,
      captions: captions(),
      sound_bytes: video.webkitAudioDecodedByteCount,
      levels: wanted.player === "hls" ? player.levels.length
        : player.getBitrateInfoListFor("video").length,
    };
  } finally {
    if (wanted.player === "hls") player.destroy();
    else player.reset();
  }
}

async function play(cases, profile) {
  const found = [];
  const browser = await chromium.launchPersistentContext(profile, {
    executablePath: "/usr/bin/chromium",
    headless: false, // the old way of being headless; see --headless below
    args: ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
      "--disable-background-networking", "--disable-component-update", "--disable-sync",
      "--autoplay-policy=no-user-gesture-required", "--disable-dev-shm-usage"],
  });
  try {
    for (const one of cases) {
      const results = [];
      for (const rendition of one.renditions) {
        const page = await browser.newPage();
        page.setDefaultTimeout(PATIENCE_MS);
        await page.setContent("<!doctype html><title>player</title><body></body>");
        for (const path of SCRIPTS) await page.addScriptTag({ path });
        let timer;
        const late = new Promise((resolve) => {
          timer = setTimeout(() => resolve({ error: "nothing more is played" }), PATIENCE_MS);
        });
        const result = page.evaluate(playOne, {
          player: one.player, url: one.url, rendition: { captions: 0, ...rendition },
        })
          .catch((error) => ({ error: error.message }));
        results.push(await Promise.race([result, late]));
        clearTimeout(timer);
        await page.close();
      }
      found.push(results);
    }
  } finally {
    await browser.close();
  }
  return found;
}

const asked = JSON.parse(fs.readFileSync(0, "utf8"));
const answer = {
  hls: asked.parse.hls.map((text) => plain(hlsParser.parse(text))),
  mpd: asked.parse.mpd.map((text) => plain(parseMpd(text, {
    manifestUri: "http://localhost/manifest.mpd",
    sidxMapping: {},
  }))),
  play: await play(asked.play, asked.profile),
};
console.log(JSON.stringify(answer));
