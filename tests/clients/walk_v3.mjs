// The walk with @aws-sdk/client-elastic-transcoder, as an ES module.

import assert from "node:assert";
import * as sdk from "@aws-sdk/client-elastic-transcoder";

const role = "arn:aws:iam::123456789012:role/Elastic_Transcoder_Default_Role";
const topic = "arn:aws:sns:us-east-1:123456789012:films";
const queue = process.env.MOCKETS_QUEUE;
const client = new sdk.ElasticTranscoderClient({
  endpoint: process.env.MOCKETS_URL,
  maxAttempts: 1,
});
const seen = {};

const send = (name, input) => client.send(new sdk[name + "Command"](input));

async function failure(name, input) {
  try {
    await send(name, input);
  } catch (error) {
    return {
      type: sdk[error.name] && error instanceof sdk[error.name] ? error.constructor.name : null,
      code: error.name,
      status: error.$metadata.httpStatusCode,
      message: error.message,
      request: error.$metadata.requestId,
    };
  }
  return null;
}

async function listed(paginator, member, input) {
  const found = { pages: 0, ids: [] };
  for await (const page of paginator({ client }, input)) {
    found.pages++;
    found.ids.push(...page[member].map((item) => item.Id));
  }
  return found;
}

const wait = (id) =>
  sdk.waitUntilJobComplete({ client, minDelay: 1, maxDelay: 1, maxWaitTime: 300 }, { Id: id });

const none = { Progressing: "", Completed: "", Warning: "", Error: "" };
let answer = await send("CreatePipeline", {
  Name: 'F\u00fcnf "Filme" & <mehr>',
  InputBucket: "input",
  OutputBucket: "output",
  Role: role,
  Notifications: none,
});
assert.equal(answer.$metadata.httpStatusCode, 201);
let made = answer.Pipeline;
const pipeline = (seen.pipeline = made.Id);
seen.created = {
  id: made.Id,
  arn: made.Arn,
  name: made.Name,
  status: made.Status,
  inputBucket: made.InputBucket,
  outputBucket: made.OutputBucket,
  contentBucket: made.ContentConfig.Bucket,
  thumbnailBucket: made.ThumbnailConfig.Bucket,
  role: made.Role,
  warnings: answer.Warnings.length,
};

made = (await send("UpdatePipeline", { Id: pipeline, Name: "walk" })).Pipeline;
seen.updated = { id: made.Id, name: made.Name, outputBucket: made.OutputBucket };
made = await send("UpdatePipelineNotifications", {
  Id: pipeline,
  Notifications: { ...none, Error: topic },
});
seen.notified = {
  completed: made.Pipeline.Notifications.Completed,
  error: made.Pipeline.Notifications.Error,
};
made = (await send("ReadPipeline", { Id: pipeline })).Pipeline;
seen.read = { name: made.Name, error: made.Notifications.Error, role: made.Role };
answer = await send("TestRole", {
  Role: role,
  InputBucket: "input",
  OutputBucket: "output",
  Topics: [],
});
seen.role = { success: answer.Success, messages: answer.Messages };

made = await send("CreatePreset", {
  Name: "tiny",
  Description: "for a test",
  Container: "mp4",
  Video: {
    Codec: "H.264",
    CodecOptions: { Profile: "baseline", Level: "3", MaxReferenceFrames: "3" },
    KeyframesMaxDist: "90",
    FixedGOP: "false",
    BitRate: "300",
    FrameRate: "auto",
    MaxFrameRate: "30",
    MaxWidth: "320",
    MaxHeight: "240",
    SizingPolicy: "ShrinkToFit",
    PaddingPolicy: "NoPad",
    DisplayAspectRatio: "auto",
  },
  Audio: {
    Codec: "AAC",
    SampleRate: "44100",
    BitRate: "64",
    Channels: "2",
    CodecOptions: { Profile: "AAC-LC" },
  },
  Thumbnails: {
    Format: "png",
    Interval: "60",
    MaxWidth: "192",
    MaxHeight: "108",
    SizingPolicy: "ShrinkToFit",
    PaddingPolicy: "NoPad",
  },
});
const preset = (seen.preset_id = made.Preset.Id);
made = (await send("ReadPreset", { Id: preset })).Preset;
seen.preset = {
  id: made.Id,
  name: made.Name,
  type: made.Type,
  container: made.Container,
  maxWidth: made.Video.MaxWidth,
  profile: made.Video.CodecOptions.Profile,
  interlacedMode: made.Video.CodecOptions.InterlacedMode,
  bitRate: made.Audio.BitRate,
  thumbnails: made.Thumbnails.Format,
};

made = await send("CreateJob", {
  PipelineId: pipeline,
  Inputs: [{ Key: "clip.mp4" }],
  OutputKeyPrefix: "films/",
  Outputs: [
    { Key: "f\u00fcnf + eins.mp4", PresetId: preset },
    { Key: "zwei.mp4", PresetId: preset },
  ],
  UserMetadata: { who: "me", where: "a/b:c=d" },
});
const job = made.Job.Id;
seen.job = {
  id: job,
  status: made.Job.Status,
  outputs: made.Job.Outputs.map((output) => made.Job.OutputKeyPrefix + output.Key),
};
assert.equal((await wait(job)).state, "SUCCESS");
made = (await send("ReadJob", { Id: job })).Job;
seen.done = {
  status: made.Status,
  outputs: made.Outputs.map((output) => output.Status),
  ids: made.Outputs.map((output) => output.Id),
  width: made.Outputs[0].Width,
  height: made.Outputs[0].Height,
  duration: made.Outputs[0].Duration,
  durationMillis: made.Outputs[0].DurationMillis,
  fileSize: made.Outputs[0].FileSize,
  inputKey: made.Input.Key,
  inputWidth: made.Inputs[0].DetectedProperties.Width,
  inputSize: made.Inputs[0].DetectedProperties.FileSize,
  timing: ["Submit", "Start", "Finish"].map((name) => made.Timing[name + "TimeMillis"]),
  metadata: made.UserMetadata,
};

seen.presets = await listed(sdk.paginateListPresets, "Presets", {});
seen.backlog = await listed(sdk.paginateListJobsByPipeline, "Jobs", {
  PipelineId: queue,
  Ascending: "true",
});
made = await send("ListJobsByPipeline", { PipelineId: queue, Ascending: "false" });
seen.newest = made.Jobs[0].Id;
seen.complete = (await listed(sdk.paginateListJobsByStatus, "Jobs", { Status: "Complete" })).ids;
seen.pipelines = (await listed(sdk.paginateListPipelines, "Pipelines", {})).ids;

made = await send("UpdatePipelineStatus", { Id: pipeline, Status: "Paused" });
seen.paused = made.Pipeline.Status;
made = await send("CreateJob", {
  PipelineId: pipeline,
  Input: { Key: "clip.mp4" },
  Output: { Key: "films/drei.mp4", PresetId: preset },
});
const waiting = made.Job.Id;
seen.submitted = { status: made.Job.Status };
seen.busy = await failure("DeletePipeline", { Id: pipeline });
answer = await send("CancelJob", { Id: waiting });
assert.equal(answer.$metadata.httpStatusCode, 202);
made = (await send("ReadJob", { Id: waiting })).Job;
seen.canceled = { status: made.Status, output: made.Outputs[0].Status };
// The waiter throws an Error whose message is its result as JSON.
seen.waitedInVain = await wait(waiting).catch(
  (error) => JSON.parse(error.message).state === "FAILURE",
);
seen.late = await failure("CancelJob", { Id: job });

seen.invalid = await failure("ReadJob", { Id: "fake job/\u00e9" });
seen.missing = await failure("ReadJob", { Id: "1351620000000-abcdef" });
seen.denied = await failure("DeletePreset", { Id: "1351620000001-000010" });
await send("DeletePreset", { Id: preset });
seen.gonePreset = await failure("ReadPreset", { Id: preset });
await send("DeletePipeline", { Id: pipeline });
seen.gonePipeline = await failure("ReadPipeline", { Id: pipeline });
client.destroy();

console.log(JSON.stringify(seen));
