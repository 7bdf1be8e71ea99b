// The walk with aws-sdk, as CommonJS.

"use strict";

const assert = require("node:assert");
const AWS = require("aws-sdk");

const role = "arn:aws:iam::123456789012:role/Elastic_Transcoder_Default_Role";
const topic = "arn:aws:sns:us-east-1:123456789012:films";
const queue = process.env.MOCKETS_QUEUE;
const client = new AWS.ElasticTranscoder({
  endpoint: process.env.MOCKETS_URL,
  region: process.env.AWS_REGION,
  maxRetries: 0,
});
const seen = {};

const send = (name, input) => client[name](input).promise();

// This client has no exception types: the name of an Error says which one it is.
async function failure(name, input) {
  try {
    await send(name, input);
  } catch (error) {
    return {
      type: error.name,
      code: error.code,
      status: error.statusCode,
      message: error.message,
      request: error.requestId,
    };
  }
  return null;
}

function listed(name, member, input) {
  return new Promise((resolve, reject) => {
    const found = { pages: 0, ids: [] };
    client[name](input).eachPage((error, page) => {
      if (error) {
        reject(error);
        return false;
      }
      if (!page) {
        resolve(found);
        return false;
      }
      found.pages++;
      found.ids.push(...page[member].map((item) => item.Id));
      return true;
    });
  });
}

const wait = (id) =>
  client.waitFor("jobComplete", { Id: id, $waiter: { delay: 1, maxAttempts: 300 } }).promise();

// The answer and the status it came with.
function sendForStatus(name, input) {
  return new Promise((resolve, reject) => {
    client[name](input, function (error, data) {
      if (error) reject(error);
      else resolve([data, this.httpResponse.statusCode]);
    });
  });
}

async function main() {
  const none = { Progressing: "", Completed: "", Warning: "", Error: "" };
  let [answer, status] = await sendForStatus("createPipeline", {
    Name: 'F\u00fcnf "Filme" & <mehr>',
    InputBucket: "input",
    OutputBucket: "output",
    Role: role,
    Notifications: none,
  });
  assert.equal(status, 201);
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

  made = (await send("updatePipeline", { Id: pipeline, Name: "walk" })).Pipeline;
  seen.updated = { id: made.Id, name: made.Name, outputBucket: made.OutputBucket };
  made = await send("updatePipelineNotifications", {
    Id: pipeline,
    Notifications: { ...none, Error: topic },
  });
  seen.notified = {
    completed: made.Pipeline.Notifications.Completed,
    error: made.Pipeline.Notifications.Error,
  };
  made = (await send("readPipeline", { Id: pipeline })).Pipeline;
  seen.read = { name: made.Name, error: made.Notifications.Error, role: made.Role };
  answer = await send("testRole", {
    Role: role,
    InputBucket: "input",
    OutputBucket: "output",
    Topics: [],
  });
  seen.role = { success: answer.Success, messages: answer.Messages };

  made = await send("createPreset", {
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
  made = (await send("readPreset", { Id: preset })).Preset;
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

  made = await send("createJob", {
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
  assert.equal((await wait(job)).Job.Status, "Complete");
  made = (await send("readJob", { Id: job })).Job;
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

  seen.presets = await listed("listPresets", "Presets", {});
  seen.backlog = await listed("listJobsByPipeline", "Jobs", {
    PipelineId: queue,
    Ascending: "true",
  });
  made = await send("listJobsByPipeline", { PipelineId: queue, Ascending: "false" });
  seen.newest = made.Jobs[0].Id;
  seen.complete = (await listed("listJobsByStatus", "Jobs", { Status: "Complete" })).ids;
  seen.pipelines = (await listed("listPipelines", "Pipelines", {})).ids;

  made = await send("updatePipelineStatus", { Id: pipeline, Status: "Paused" });
  seen.paused = made.Pipeline.Status;
  made = await send("createJob", {
    PipelineId: pipeline,
    Input: { Key: "clip.mp4" },
    Output: { Key: "films/drei.mp4", PresetId: preset },
  });
  const waiting = made.Job.Id;
  seen.submitted = { status: made.Job.Status };
  seen.busy = await failure("deletePipeline", { Id: pipeline });
  [answer, status] = await sendForStatus("cancelJob", { Id: waiting });
  assert.equal(status, 202);
  made = (await send("readJob", { Id: waiting })).Job;
  seen.canceled = { status: made.Status, output: made.Outputs[0].Status };
  seen.waitedInVain = await wait(waiting).catch((error) => error.code === "ResourceNotReady");
  seen.late = await failure("cancelJob", { Id: job });

  seen.invalid = await failure("readJob", { Id: "fake job/\u00e9" });
  seen.missing = await failure("readJob", { Id: "1351620000000-abcdef" });
  seen.denied = await failure("deletePreset", { Id: "1351620000001-000010" });
  await send("deletePreset", { Id: preset });
  seen.gonePreset = await failure("readPreset", { Id: preset });
  await send("deletePipeline", { Id: pipeline });
  seen.gonePipeline = await failure("readPipeline", { Id: pipeline });

  console.log(JSON.stringify(seen));
}

main();
